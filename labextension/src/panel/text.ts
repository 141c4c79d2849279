/** Making values short enough for a sidebar. Pure functions. */

const DAY = 24 * 3600 * 1000;

/** The local time of day of a moment in milliseconds; with the weekday where it is not within a day of `now`. */
export function clock(moment: number, now = Date.now()): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const near = Math.abs(moment - now) < DAY;
  return new Date(moment).toLocaleString(
    undefined,
    near ? time : { ...time, day: 'numeric', month: 'short' }
  );
}

/** The part of a principal's ARN that tells who: "assumed-role/NAME/SESSION". */
export function principal(arn: string): string {
  return arn.split(':').slice(5).join(':') || arn;
}

/** A repository's ARN as "domain/name"; anything else stays. */
export function repositoryName(arn: string): string {
  return /:repository\/(.+)$/.exec(arn)?.[1] ?? arn;
}

/** Whether a text is the ARN of a CodeArtifact repository. */
export function isRepositoryArn(text: string): boolean {
  return /^arn:[\w-]+:codeartifact:[\w-]+:\d{12}:repository\/[\w-]+\/[\w.-]+$/.test(text);
}
