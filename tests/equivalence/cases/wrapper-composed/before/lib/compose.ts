import type { NextApiHandler } from 'next';

type Wrapper = (handler: NextApiHandler) => NextApiHandler;

// The first one is outermost.
export const compose =
  (...wrappers: Wrapper[]) =>
  (handler: NextApiHandler) =>
    wrappers.reduceRight((all, wrap) => wrap(all), handler);

// The last one is.
export function stack(handler: NextApiHandler, ...wrappers: Wrapper[]): NextApiHandler {
  return wrappers.reduce((all, wrap) => wrap(all), handler);
}

export const chain = (wrappers: Wrapper[]) => (handler: NextApiHandler) => {
  return wrappers.reduceRight((all, wrap) => wrap(all), handler);
};

export const join = (...wrappers: Wrapper[]) => wrappers.reduce((f, g) => (x) => f(g(x)));
