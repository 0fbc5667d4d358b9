export const db = { jobs: { run: async (..._: unknown[]) => 'done' } };
