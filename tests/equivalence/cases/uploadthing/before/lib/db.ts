export const db = { uploaded: (...args: unknown[]) => args.length };
