export const createServerClient = (_url, _key, { cookies }) => ({
  auth: {
    getUser: async () => {
      const user = cookies.getAll().find(({ name }) => name === 'user');
      return { data: { user: user ? { id: user.value } : null } };
    },
  },
});
