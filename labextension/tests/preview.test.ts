import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import type { Preview } from '../src/api';
import { Refused, ServerExtensionMissing } from '../src/failures';
import { PreviewModel } from '../src/models/preview';
import { throttled } from './fixtures';
import { previewOf } from './panelFixtures';
import { PanelServer } from './panelServer';

let server: PanelServer;
let model: PreviewModel;

beforeEach(() => {
  server = new PanelServer();
  model = new PreviewModel(server, 5);
});

afterEach(() => {
  model.dispose();
});

/** Wait until the model has asked and been answered. */
async function settled(): Promise<void> {
  await pause(25);
}

test('the choices fill in the form and bring the first preview', async () => {
  await model.fetch();
  await settled();
  assert.equal(model.form.route, 'v2-estimator');
  assert.equal(model.forecast.value?.environment.STEP, 'training');
});

test('another step brings its own route, and only the routes that it has', async () => {
  await model.fetch();
  model.choose('processing');
  assert.equal(model.form.route, 'boto3-processing');
  assert.deepEqual(
    model.routes.map(route => route.id),
    ['boto3-processing']
  );
  await settled();
  assert.equal(model.forecast.value?.environment.STEP, 'processing');
});

test('a route of another SDK does not keep the version of the first', async () => {
  await model.fetch();
  model.fill({ route: 'v3-model-trainer' });
  assert.equal(model.form.sdk_version, '');
  model.fill({ route: 'v2-estimator' });
  assert.equal(model.form.sdk_version, '2.200');
  model.fill({ route: 'boto3-training' });
  assert.ok(!model.usesSdk);
});

test('many keystrokes make one question', async () => {
  await model.fetch();
  await settled();
  server.previews = [];
  for (const text of ['a', 'ar', 'arn']) {
    model.fill({ repository: text });
  }
  await settled();
  assert.deepEqual(
    server.previews.map(request => request.repository),
    ['arn']
  );
});

test('what is left empty is sent as null', async () => {
  await model.fetch();
  model.fill({ repository: '  ', role: '' });
  await settled();
  const last = server.previews[server.previews.length - 1];
  assert.equal(last.repository, null);
  assert.equal(last.role, null);
  assert.equal(last.requirements, null);
});

test('the answer for an older form is dropped', async () => {
  await model.fetch();
  await settled();
  let release: (found: Preview) => void = () => undefined;
  server.previewAnswer = () => new Promise(resolve => (release = resolve));
  model.fill({ image: 'own' });
  await settled();
  server.previewAnswer = request => Promise.resolve(previewOf(request));
  model.choose('processing');
  await settled();
  release({ ...previewOf(model.form), environment: { STEP: 'old' } });
  await settled();
  assert.equal(model.forecast.value?.environment.STEP, 'processing');
});

test('a refused form tells why, and the next good one ends that', async () => {
  await model.fetch();
  await settled();
  server.previewAnswer = () => Promise.reject(new Refused(throttled));
  model.fill({ repository: 'nonsense' });
  await settled();
  assert.equal(model.forecast.trouble?.kind, 'refused');
  server.previewAnswer = request => Promise.resolve(previewOf(request));
  model.fill({ repository: '' });
  await settled();
  assert.equal(model.forecast.trouble, null);
});

test('with a server that cannot preview, the form can be filled in and nothing is asked', async () => {
  server.choicesAnswer = () => Promise.reject(new ServerExtensionMissing());
  await model.fetch();
  model.choose('processing');
  model.fill({ use_secure_pypi: false });
  await settled();
  assert.equal(model.trouble?.kind, 'unsupported');
  assert.equal(model.form.step, 'processing');
  assert.deepEqual(server.previews, []);
});

test('what the user has filled in survives a second look at the choices', async () => {
  await model.fetch();
  model.fill({ route: 'boto3-training', repository: 'mine' });
  await model.fetch();
  assert.equal(model.form.route, 'boto3-training');
  assert.equal(model.form.repository, 'mine');
});
