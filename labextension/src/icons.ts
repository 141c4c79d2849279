/** The shields of status bar and panel: their shapes differ, so that colour is never the only sign. */

import { LabIcon } from '@jupyterlab/ui-components';

import alertMarkup from '../style/icons/shield-alert.svg';
import lockMarkup from '../style/icons/lock.svg';
import packageMarkup from '../style/icons/package-shield.svg';
import packageAlertMarkup from '../style/icons/package-alert.svg';
import packageOffMarkup from '../style/icons/package-off.svg';
import unknownMarkup from '../style/icons/shield-unknown.svg';
import offMarkup from '../style/icons/shield-off.svg';
import shieldMarkup from '../style/icons/shield.svg';
import type { Shield } from './conditions';

/** The panel's own: a package behind a shield, so that it is not taken for Lab's sign of a trusted notebook. */
export const packageIcon = new LabIcon({
  name: 'jupyter-securepypi:package',
  svgstr: packageMarkup
});

/** The same in the status bar, with what is wrong on the shield. */
export const packageIcons: Readonly<Record<Shield, LabIcon>> = {
  closed: packageIcon,
  unknown: packageIcon,
  alert: new LabIcon({ name: 'jupyter-securepypi:package-alert', svgstr: packageAlertMarkup }),
  off: new LabIcon({ name: 'jupyter-securepypi:package-off', svgstr: packageOffMarkup })
};

/** The icon of each shape. */
export const shieldIcons: Readonly<Record<Shield, LabIcon>> = {
  closed: new LabIcon({ name: 'jupyter-securepypi:shield', svgstr: shieldMarkup }),
  alert: new LabIcon({ name: 'jupyter-securepypi:shield-alert', svgstr: alertMarkup }),
  off: new LabIcon({ name: 'jupyter-securepypi:shield-off', svgstr: offMarkup }),
  unknown: new LabIcon({ name: 'jupyter-securepypi:shield-unknown', svgstr: unknownMarkup })
};

/** What an administrator has locked. */
export const lockIcon = new LabIcon({ name: 'jupyter-securepypi:lock', svgstr: lockMarkup });
