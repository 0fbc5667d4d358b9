export const db = {
  photos: { add: async (..._: unknown[]) => 'p1' },
};
