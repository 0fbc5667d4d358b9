type Cookie = { name: string; value: string };

/** What packages for sessions make: it reads and sets cookies by functions that it is given. */
export function sessionClient(cookies: { getAll(): Cookie[]; setAll(cookies: Cookie[]): void }) {
  return {
    async user(): Promise<string | null> {
      const token = cookies.getAll().find((cookie) => cookie.name === 'token');
      if (!token) return null;
      cookies.setAll([{ name: 'token', value: `${token.value}1` }, { name: 'seen', value: '1' }]);
      return token.value;
    },
  };
}
