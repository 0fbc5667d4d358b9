export const db = {
  async note(what: string) {
    return what;
  },
};
