import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressFault, EXAMPLES, servesSteps } from '../src/repositoryAddress';

const ARN = 'arn:aws-cn:codeartifact:cn-north-1:111122223333:repository/acme/shared.pypi';

for (const address of [
  ...EXAMPLES,
  ARN,
  'https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/',
  'https://europe-west1-python.pkg.dev/acme-project/shared-pypi/simple/',
  'https://nexus.example.com:8443/repository/pypi/simple',
  'http://127.0.0.1:8080/simple/',
  'http://localhost/simple/',
  'http://[::1]:8080/simple/'
]) {
  test(`${address} names a repository`, () => {
    assert.equal(addressFault(address), null);
  });
}

for (const [text, fault] of [
  ['acme/shared-pypi', 'neither'],
  ['arn:aws:s3:::bucket', 'neither'],
  [ARN.replace('111122223333', '12'), 'neither'],
  [`${ARN}/more`, 'neither'],
  ['projects/acme-project/repositories/shared-pypi', 'neither'],
  ['projects/acme-project/locations/us/repositories/shared-pypi/packages/one', 'neither'],
  ['https://', 'neither'],
  ['https://index.example.com/sim ple/', 'neither'],
  ['https://index.example.com\\@other.example.com/simple/', 'neither'],
  ['https://index.example.com/\u0000', 'neither'],
  ['https://index.example.com/simple/?token=1', 'neither'],
  ['https://index.example.com/simple/#fragment', 'neither'],
  ['https://index.example.com/a/%2E%2e/simple/', 'neither'],
  ['ftp://index.example.com/simple/', 'neither'],
  ['file:///simple/', 'neither'],
  ['https://me:secret@index.example.com/simple/', 'credentials'],
  ['https://me@index.example.com/simple/', 'credentials'],
  ['http://me:secret@index.example.com/simple/', 'credentials'],
  ['http://index.example.com/simple/', 'insecure'],
  ['http://127.0.0.1.example.com/simple/', 'insecure']
] as const) {
  test(`${JSON.stringify(text)} is refused: ${fault}`, () => {
    assert.equal(addressFault(text), fault);
  });
}

test('only what the images know is offered for a step', () => {
  assert.ok(servesSteps(ARN));
  assert.ok(!servesSteps('https://index.example.com/simple/'));
  assert.ok(!servesSteps('projects/acme-project/locations/us/repositories/shared-pypi'));
});
