import { expect, it } from 'vitest';
import { readAutoscalerText } from './autoscaler-metrics';

const nothing = { stable: null, panic: null, target: null, desired: null, panicMode: null, excess: null };

it('reads what the autoscaler saw of each revision of a namespace, under the names of each version of Knative', () => {
  const now = (namespace: string, revision: string): string =>
    `{k8s_namespace_name="${namespace}",kn_revision_name="${revision}",kn_service_name="shop"}`;
  const before = '{configuration_name="shop",namespace_name="prod",revision_name="shop-blue"}';
  const text = [
    '# TYPE kn_revision_concurrency_stable gauge',
    `kn_revision_concurrency_stable${now('prod', 'shop-00001')} 12.5`,
    `kn_revision_concurrency_panic${now('prod', 'shop-00001')} 40`,
    `kn_revision_panic_mode${now('prod', 'shop-00001')} 1`,
    `kn_revision_concurrency_stable${now('test', 'shop-00001')} 99`,
    `kn_revision_pods_count${now('prod', 'shop-00001')} 3`,
    `autoscaler_stable_request_concurrency${before} 7`,
    `autoscaler_desired_pods${before} 2 1700000000000`,
    `autoscaler_excess_burst_capacity${before} NaN`,
    'go_goroutines 12',
  ].join('\n');
  expect(readAutoscalerText(text, 'prod')).toEqual(
    new Map([
      ['shop-00001', { ...nothing, stable: 12.5, panic: 40, panicMode: 1 }],
      ['shop-blue', { ...nothing, stable: 7, desired: 2 }],
    ]),
  );
});
