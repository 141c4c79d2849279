/** Comparing the version of the front end with the server's. */

/** How one version relates to another. */
export type Order = 'older' | 'same' | 'newer';

/**
 * How `version` relates to `other`; npm's and Python's spellings of one version are the same:
 * `1.2.0-rc.1` and `1.2.0rc1`.
 */
export function compareVersions(version: string, other: string): Order {
  const [mine, theirs] = [parts(version), parts(other)];
  for (let n = 0; n < Math.max(mine.length, theirs.length); n++) {
    const order = weigh(mine[n]) - weigh(theirs[n]);
    if (order) {
      return order < 0 ? 'older' : 'newer';
    }
    if (mine[n] !== theirs[n]) {
      return mine[n] < theirs[n] ? 'older' : 'newer';
    }
  }
  return 'same';
}

function parts(version: string): string[] {
  return version.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
}

/** A release candidate comes before the end of a version, a number after it. */
function weigh(part: string | undefined): number {
  if (part === undefined) {
    return -1;
  }
  return /\d/.test(part) ? Number(part) : -2;
}
