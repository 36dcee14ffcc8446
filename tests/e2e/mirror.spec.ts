import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { savedEntries, tarOf, testImage } from '../support/image-archives.ts';
import { type ServedProduct, serveProduct } from '../support/served-product.ts';
import { claimAdmin } from './lesson-pages.ts';
import { LOOKS, shoot, violations } from './screenshots.ts';

/** The admin fills the mirror and reads what the machine can do. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let admin: Page;

test.beforeAll(async ({ browser }) => {
  product = await serveProduct();
  admin = await (await browser.newContext({ baseURL: product.url })).newPage();
  await claimAdmin(admin, product.setupLink ?? '');
});

test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});

test.afterAll(async () => {
  await product?.dispose();
});

const table = () => admin.getByRole('table', { name: 'Image mirror' });
const choose = (name: string, buffer: Buffer) =>
  admin.getByLabel('Upload an archive').setInputFiles({ name, mimeType: 'application/x-tar', buffer });

test('the mirror lists its images, and names stand-ins as such', async () => {
  await admin.getByRole('button', { name: 'Make the stand-ins' }).click();
  await expect(admin.getByText(/stand-ins? (was|were) made|All stand-ins were there already/)).toBeVisible({
    timeout: 120_000,
  });
  const alpine = table().getByRole('row').filter({ hasText: 'alpine:latest' });
  await expect(alpine).toContainText('stand-in');
  await expect(alpine).toContainText('linux/amd64');
  await expect(alpine).toContainText(/\d\sMiB/);
});

test('an uploaded archive is in the list; one that is none is refused, and nothing changes', async () => {
  const image = await testImage({ 'etc/hello': 'from the admin' });
  await choose('tool.tar', await tarOf(savedEntries(image, ['team/tool:1.0'])));
  await expect(admin.getByText('Now in the mirror: team/tool:1.0.')).toBeVisible({ timeout: 60_000 });
  await expect(table().getByRole('row').filter({ hasText: 'team/tool:1.0' })).toContainText('uploaded');
  const before = await table().getByRole('row').count();
  await choose('holiday.tar', Buffer.from('no archive at all'));
  await expect(admin.getByText(/This file is not an archive/)).toBeVisible();
  expect(await table().getByRole('row').count()).toBe(before);
});

test('the doctor says what this machine can do, with commands to copy', async () => {
  const doctor = admin.getByRole('region', { name: 'What this machine can do' });
  await expect(doctor).toBeVisible();
  await doctor.getByText(/things? (is|are) in order/).click();
  await expect(doctor.getByText('The engine is running')).toBeVisible();
  await expect(doctor.getByText('Our firewall rules are in place')).toBeVisible();
  await doctor.getByRole('button', { name: 'Look again' }).click();
  await expect(doctor.getByRole('button', { name: 'Look again' })).toBeEnabled({ timeout: 60_000 });
  expect(await violations(admin)).toEqual([]);
  for (const look of LOOKS) {
    await admin.getByRole('heading', { name: 'Image mirror', level: 2 }).scrollIntoViewIfNeeded();
    await shoot(admin, 'admin-mirror', look);
    await doctor.getByRole('heading', { name: 'What this machine can do' }).scrollIntoViewIfNeeded();
    await shoot(admin, 'admin-doctor', look);
  }
});

test('a removed image is gone from the list', async () => {
  await admin.setViewportSize({ width: 1440, height: 900 });
  await admin.getByRole('button', { name: 'Remove team/tool:1.0' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(table().getByRole('row').filter({ hasText: 'team/tool:1.0' })).toHaveCount(0, { timeout: 60_000 });
});
