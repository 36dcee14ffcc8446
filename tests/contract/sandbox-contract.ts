import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCommands } from './parts/commands.ts';
import { Contract, type ContractTarget } from './parts/contract.ts';
import { describeFiles } from './parts/files.ts';
import { describeKeptStates } from './parts/kept-states.ts';
import { describeLives } from './parts/lives.ts';
import { describeShells } from './parts/shells.ts';

/** What every driver promises. A driver that cannot be tried here fails: it is never skipped. */
export function describeSandboxContract(name: string, open: () => Promise<ContractTarget>): void {
  describe(`the ${name} driver`, () => {
    let target: ContractTarget;
    let opened: Contract;
    const contract = () => opened;

    beforeAll(async () => {
      target = await open();
      opened = await Contract.open(target);
    });
    afterAll(async () => {
      await opened?.sandbox.destroy();
      await target?.dispose();
    });

    test('reports itself usable and offers a shell', async () => {
      const report = await target.driver.check();
      expect(report).toMatchObject({ driver: target.driver.name, usable: true });
      expect(report.enforces).toEqual(target.enforces);
      expect(report.capabilities).toContain('shell');
      expect(opened.sandbox.capabilities).toContain('shell');
    });

    describeShells(contract);
    describeCommands(contract);
    describeFiles(contract);
    describeLives(contract);
    describeKeptStates(contract);
  });
}
