import { redirect } from 'next/navigation';

export const dynamic = 'force-dynamic';

export async function GET() {
  try {
    redirect('/home');
  } catch (error) {
    return Response.json({ error: 'failed' }, { status: 500 });
  }
}
