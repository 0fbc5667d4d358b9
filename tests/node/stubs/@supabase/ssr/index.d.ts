type Cookie = { name: string; value: string };

export function createServerClient(
  url: string,
  key: string,
  options: {
    cookies: { getAll(): Cookie[]; setAll(all: (Cookie & { options: object })[]): void };
  },
): { auth: { getUser(): Promise<{ data: { user: { id: string } | null } }> } };
