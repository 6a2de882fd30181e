import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './test';
import { applyTutorial, startTutorial, untilEnded } from './api';

test.describe.configure({ mode: 'serial' });

test('a script’s error is shown at its line and nothing typed is lost', async ({ page, request }) => {
  await applyTutorial(request);
  await page.goto('/runs/new?script=tutorial');
  await page.getByLabel('REQUESTS').fill('123');
  await page.getByLabel('Name of the run').fill('kept');
  await page.getByRole('button', { name: 'Edit script' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('let broken = ;\n');
  await page.getByRole('button', { name: 'Start run' }).click();
  const told = page.locator('[data-editor-problems]');
  await expect(told).toContainText('Line 1, column 14');
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  // Told once, and reached from there.
  await expect(page.getByText('Unexpected ";"')).toHaveCount(1);
  await page.getByLabel('REQUESTS').focus();
  await told.getByRole('button', { name: 'Line 1' }).click();
  await expect(page.locator('.cm-content')).toBeFocused();
  await expect(page.getByLabel('REQUESTS')).toHaveValue('123');
  await expect(page.getByLabel('Name of the run')).toHaveValue('kept');
  await expect(page.locator('.cm-content')).toContainText('let broken = ;');
  await page.getByRole('button', { name: 'Undo all edits' }).click();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('kept');
});

test('a run whose service was forgotten is run again after registering it, never against another', async ({
  page,
  request,
}) => {
  await applyTutorial(request);
  const serviceId = await applyTutorial(request, 'forgotten');
  const { id } = await untilEnded(request, (await startTutorial(request, serviceId, 200)).id);
  expect((await request.delete(`/api/services/${serviceId}`)).ok()).toBe(true);
  await page.goto(`/runs/${id}`);
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.waitForURL(new RegExp(`/runs/new\\?from=${id}`));
  await expect(page.locator('[data-forgotten-service]')).toContainText(
    'default/forgotten is no longer registered',
  );
  await page.getByRole('button', { name: 'Start run' }).click();
  await expect(page.getByRole('main').getByRole('alert').first()).toContainText(
    'choose a registered service',
  );
  await page.getByRole('button', { name: 'Register it again' }).click();
  await expect(page.locator('[data-forgotten-service]')).toHaveCount(0);
  await expect(page.getByLabel('REQUESTS')).toHaveValue('200');
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  // Forgotten and registered again: the first run knows it without being asked.
  await page.goto(`/runs/${id}`);
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.waitForURL((url) => /\/runs\/[0-9a-f-]{36}$/.test(url.pathname) && !url.pathname.endsWith(id));
});

test('a variable that Scaletrace sets itself is refused at its field', async ({ page, request }) => {
  await applyTutorial(request);
  await page.goto('/runs/new');
  await page.getByRole('button', { name: 'Add a variable' }).click();
  await page.getByLabel('Name', { exact: true }).fill('K6_OUT');
  await page.getByLabel('Value', { exact: true }).fill('x');
  await page.getByRole('button', { name: 'Start run' }).click();
  await expect(page.getByRole('main').getByRole('alert').first()).toContainText('K6_OUT');
  await expect(page.getByLabel('Value', { exact: true })).toHaveValue('x');
});

test('a service is tested, woken only when asked to, and its autoscaling explained', async ({
  page,
  request,
}) => {
  await applyTutorial(request, 'asleep');
  await page.goto('/services');
  const card = page.locator('[data-service=asleep]');
  await card.getByRole('button', { name: 'Test connection' }).click();
  await expect(card.locator('[data-check]:not([data-optional])')).toHaveCount(5);
  await expect(card.locator('[data-check=pods]')).toContainText('0 pods now');
  await card.getByRole('button', { name: 'Ask, and start a pod' }).click();
  await expect(card.locator('[data-check=host]')).toContainText('routed, answers with 200');
  await expect(card.locator('[data-ok=true]:not([data-optional])')).toHaveCount(5);
  await expect(card.locator('[data-check][data-optional]')).toHaveCount(10);
  await card.locator('summary').last().click();
  await expect(card).toContainText('MPA');
  await expect(card.getByRole('row', { name: /Max scale/ }).first()).toBeVisible();
  await expect(card.getByRole('row', { name: /^Max scale 20/ })).toContainText(
    'autoscaling.knative.dev/max-scale',
  );
});

test('the load that a script will make is drawn while its parameters are typed, with the pods that it needs', async ({
  page,
  request,
}) => {
  const id = await applyTutorial(request, 'drawn');
  await page.goto(`/runs/new?script=tutorial&service=${id}`);
  const panel = page.locator('[data-planned-load]');
  // The tutorial's service: five in flight a pod, at most twenty pods.
  await page.getByLabel('VUS').fill('50');
  await expect(panel.locator('[data-planned-pods=enough]')).toContainText('10 pods');
  await expect(panel.locator('canvas')).toHaveCount(2);
  await page.getByLabel('VUS').fill('125');
  await expect(panel.locator('[data-planned-pods=too-few]')).toContainText(
    'Needs 25 pods, at most 20 are allowed',
  );
  await page.getByLabel('VUS').fill('many');
  await expect(panel).toContainText('k6 refuses the script');
  // What was drawn last stays.
  await expect(panel.locator('canvas')).toHaveCount(2);
});

test('YAML that is none is marked at its line, and told once', async ({ page }) => {
  await page.goto('/services');
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {\n');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  const told = page.locator('[data-editor-problems]');
  await expect(told.getByRole('button')).toHaveText(/^Line \d+, column \d+$/);
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(1);
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
});

test('YAML that the cluster refuses is marked at its field', async ({ page }) => {
  await page.goto('/services');
  const editor = page.locator('.cm-content');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: bad\nspec:\n  template:\n    spec:\n      containerConcurrency: -4\n      containers:\n        - image: x\n',
  );
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert').first()).toContainText(
    'Line 8spec.template.spec.containerConcurrency',
  );
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await expect(editor).toContainText('containerConcurrency: -4');
});

test('who changes a webhook or the Prometheus server after another sees both, and takes either by a click', async ({
  page,
  context,
  request,
}) => {
  await applyTutorial(request, 'changed-twice');
  const other = await context.newPage();
  const webhook = async (on: Page): Promise<Locator> => {
    await on.goto('/services');
    const card = on.locator('[data-service="changed-twice"]');
    await card.getByRole('button', { name: 'Notify', exact: true }).click();
    return on.getByRole('dialog');
  };
  const prometheus = async (on: Page): Promise<Locator> => {
    await on.goto('/settings');
    return on.locator('form').filter({ has: on.locator('#prometheus-url') });
  };
  /** Whether it was taken. */
  const save = async (form: Locator, address: string, button = 'Save'): Promise<boolean> => {
    await form.getByLabel('Address').fill(address);
    const answer = form.page().waitForResponse((one) => one.request().method() === 'PUT');
    await form.getByRole('button', { name: button, exact: true }).click();
    return (await answer).ok();
  };
  const [mine, theirs] = ['http://127.0.0.1:9/mine', 'http://127.0.0.1:8/theirs'];
  try {
    for (const [open, shown] of [
      [webhook, '127.0.0.1:8'],
      [prometheus, theirs],
    ] as const) {
      const [late, first] = [await open(page), await open(other)];
      expect(await save(first, theirs)).toBe(true);
      expect(await save(late, mine)).toBe(false);
      const told = late.getByRole('alert');
      const address = told.getByRole('row').filter({ hasText: 'Address' });
      await expect(address.getByRole('cell')).toHaveText([shown, mine]);
      await expect(late.getByLabel('Address')).toHaveValue(mine);
      await told.getByRole('button', { name: 'Load what is set now' }).click();
      await expect(told).toHaveCount(0);
      if (open === webhook) await expect(late).toContainText(`Set: ${shown}.`);
      else await expect(late.getByLabel('Address')).toHaveValue(theirs);

      // Now the other comes late, and replaces it.
      const again = await open(other);
      await expect(again.getByLabel('Address')).toBeVisible();
      expect(await save(late, mine)).toBe(true);
      expect(await save(again, theirs)).toBe(false);
      expect(await save(again, theirs, 'Save mine over it')).toBe(true);
      await expect(again.getByRole('alert')).toHaveCount(0);
    }
    await page.goto('/settings');
    await expect(page.locator('#prometheus-url')).toHaveValue(theirs);
  } finally {
    await request.put('/api/settings/prometheus', { data: { prometheus: null } });
  }
});

test('a form’s wrong fields are named beside them', async ({ page }) => {
  await page.goto('/services');
  await page.getByRole('tab', { name: 'By hand' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Not A Name');
  await page.getByRole('button', { name: 'Register' }).click();
  await expect(page.locator('#service-name-error')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Not A Name');
});

test('in the palette typing marks the first, arrows move, and Enter opens what is marked', async ({
  page,
}) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const options = palette.getByRole('option');
  const marked = palette.locator('[role=option][aria-selected=true]');
  // What is found on the server comes on top, after which the list stays as it is.
  const type = async (text: string): Promise<void> => {
    const found = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get('q') === text);
    await palette.getByPlaceholder('Type a command, a run or a service…').fill(text);
    await found;
  };
  await type('switch');
  await expect(options).toHaveText([/^Switch between light and dark/, /^Switch language/]);
  const [light, language] = [options.first(), options.last()];
  await expect(light).toHaveAttribute('aria-selected', 'true');
  for (const [key, chosen] of [
    ['ArrowDown', language],
    ['ArrowUp', light],
    ['ArrowUp', language],
    ['ArrowDown', light],
  ] as const) {
    await page.keyboard.press(key);
    await expect(chosen).toHaveAttribute('aria-selected', 'true');
    await expect(marked).toHaveCount(1);
  }
  await page.keyboard.press('ArrowDown');
  await type('Settings');
  await expect(marked).toHaveText('Settings');
  await page.keyboard.press('Enter');
  await page.waitForURL('/settings');
});

test('palette and keys work without a mouse', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Type a command, a run or a service…').fill('Settings');
  await page.keyboard.press('Enter');
  await page.waitForURL('/settings');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForURL('/');
  await page.getByLabel('Language').click();
  await page.getByRole('menuitemradio', { name: '繁體中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
});
