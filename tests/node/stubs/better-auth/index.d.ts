type Session = { user: { id: string } };

export function betterAuth(options: { secret?: string }): {
  api: { getSession(context: { headers: Headers }): Promise<Session | null> };
};
