declare module '*.svg' {
  const markup: string;
  export default markup;
}

declare module '*/package.json' {
  const manifest: { version: string };
  export default manifest;
}
