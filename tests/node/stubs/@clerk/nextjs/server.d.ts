export function auth(): Promise<{ userId: string | null }>;
export function currentUser(): Promise<{ id: string } | null>;
