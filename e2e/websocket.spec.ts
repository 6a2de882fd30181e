import { readFileSync } from 'node:fs';
import { chromium, expect } from '@playwright/test';
import { apiOf } from './api';
import { chromiumOptions } from './chromium';
import { dashboardPort } from './ports';
import { test } from './test';

test('a browser’s own WebSocket goes through the lab’s gateway by name, with TLS and without', async ({
  request,
}) => {
  const yaml = readFileSync('deploy/websocket-echo.yaml', 'utf8');
  const { service } = await apiOf(request)('POST /api/services/apply', { body: { yaml } });
  const gateway = await request.get(
    `http://127.0.0.1:${dashboardPort + 2}/api/v1/namespaces/knative-serving/configmaps/scaletrace-gateway`,
  );
  const { gatewayTlsUrl } = ((await gateway.json()) as { data: { gatewayTlsUrl: string } }).data;
  const tlsPort = new URL(gatewayTlsUrl).port;
  const browser = await chromium.launch({
    ...chromiumOptions,
    args: [...chromiumOptions.args, `--host-resolver-rules=MAP ${service.host} 127.0.0.1`],
  });
  try {
    // The lab’s CA is not among those that this browser trusts.
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    for (const url of [`ws://${service.host}:${dashboardPort + 1}`, `wss://${service.host}:${tlsPort}`]) {
      const answer = page.evaluate(
        (address) =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(address);
            socket.onopen = () => socket.send('from a browser');
            socket.onmessage = ({ data }) => {
              socket.close();
              resolve(data);
            };
            socket.onerror = () => reject(new Error(`${address} cannot be opened`));
          }),
        url,
      );
      expect(await answer).toBe('from a browser');
    }
  } finally {
    await browser.close();
  }
});
