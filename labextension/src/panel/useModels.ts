/** Hooks that render a component again when what it shows has changed. */

import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer } from 'react';

import { Countdown } from '../countdown';
import type { TokenModel } from '../models/token';

interface IModel {
  readonly changed: ISignal<unknown, void>;
}

/** Render again whenever one of `models` changes. */
export function useModels(...models: IModel[]): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    for (const model of models) {
      model.changed.connect(render);
    }
    // What changed between the first rendering and this moment.
    render();
    return () => {
      for (const model of models) {
        model.changed.disconnect(render);
      }
    };
  }, models);
}

/** Render again when the words for the time left change. */
export function useCountdown(model: TokenModel): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const countdown = new Countdown(() => model.secondsLeft, render);
    const restart = (): void => {
      countdown.restart();
    };
    model.changed.connect(restart);
    restart();
    return () => {
      model.changed.disconnect(restart);
      countdown.dispose();
    };
  }, [model]);
}
