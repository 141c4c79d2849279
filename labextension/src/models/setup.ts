/** The setup where nothing is configured: the address that is filled in, and saving it. */

import type { IPanelServer } from '../server';
import { Attempts } from './attempts';
import { Model } from './loaded';
import type { TokenModel } from './token';

const KEY = 'save';

/** Holds what the user types, and how saving it has ended. */
export class SetupModel extends Model {
  constructor(
    private readonly server: IPanelServer,
    private readonly token: TokenModel
  ) {
    super();
  }

  private readonly attempts = new Attempts<string>(() => {
    this.notify();
  });

  /** The address of the repository, as it is being typed. */
  get repository(): string {
    return this._repository;
  }

  set repository(address: string) {
    this._repository = address;
    this.attempts.clear();
    this.notify();
  }

  /** Whether it is being saved. */
  get isSaving(): boolean {
    return this.attempts.isUnderWay(KEY);
  }

  /** How the last attempt has ended: with the path of the file, or with the reason why not. */
  get outcome(): ReturnType<Attempts<string>['outcome']> {
    return this.attempts.outcome(KEY);
  }

  /** Have the server write the address into the user's own configuration; never rejects, `outcome` tells. */
  save(): Promise<void> {
    return this.attempts.start(KEY, async () => {
      const { written } = await this.server.configure(this._repository.trim());
      await this.token.fetch();
      return written;
    });
  }

  private _repository = '';
}
