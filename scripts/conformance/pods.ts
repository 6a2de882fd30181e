import { type ControlPlane } from './control-plane';

/** The pods of the default namespace, in the API. */
export const pods = '/api/v1/namespaces/default/pods';

/** The service of those pods, as far as its watches know it. */
export const shop = {
  name: 'shop',
  namespace: 'default',
  podSelector: 'serving.knative.dev/service=shop',
  annotations: {},
  containerConcurrency: 0,
};

/** How far a pod has come: what a kubelet would write into its status. */
type Stage = 'new' | 'creating' | 'running' | 'ready';

const containers = ['user-container', 'queue-proxy'];

/** Makes a pod and brings it to a stage. */
export async function makePod(
  plane: ControlPlane,
  name: string,
  service: string,
  stage: Stage = 'new',
): Promise<void> {
  await plane.do('POST', pods, inPhase(name, service));
  if (stage !== 'new') await bring(plane, name, service, stage);
}

/** Writes what a kubelet would: the pod has come to this stage. */
export async function bring(plane: ControlPlane, name: string, service: string, stage: Stage): Promise<void> {
  await plane.change(`${pods}/${name}/status`, inPhase(name, service, stage));
}

/** A pod of a Knative service's first revision as Knative makes it, at a stage of its life as a kubelet tells it. */
function inPhase(name: string, service: string, stage: Stage = 'new'): object {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string, ok: boolean): object => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: now,
  });
  const ready = stage === 'ready';
  const started = ready || stage === 'running';
  const state = started ? { running: { startedAt: now } } : { waiting: { reason: 'ContainerCreating' } };
  return {
    metadata: {
      name,
      labels: {
        app: `${service}-00001`,
        'serving.knative.dev/service': service,
        'serving.knative.dev/configuration': service,
        'serving.knative.dev/revision': `${service}-00001`,
      },
    },
    spec: {
      nodeName: 'none',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 30,
      containers: containers.map((container) => ({ name: container, image: 'none' })),
    },
    ...(stage === 'new'
      ? {}
      : {
          status: {
            phase: started ? 'Running' : 'Pending',
            startTime: now,
            conditions: [
              condition('PodScheduled', true),
              condition('Initialized', true),
              condition('ContainersReady', ready),
              condition('Ready', ready),
            ],
            containerStatuses: containers.map((container) => ({
              name: container,
              image: 'none',
              imageID: '',
              restartCount: 0,
              ready,
              started,
              state,
            })),
          },
        }),
  };
}
