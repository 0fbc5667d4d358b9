import { cookies } from 'next/headers';

export const auth = async () => ({ userId: (await cookies()).get('user')?.value ?? null });

export async function currentUser() {
  const { userId } = await auth();
  return userId && { id: userId };
}
