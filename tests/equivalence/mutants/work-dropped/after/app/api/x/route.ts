import { mail } from '../../../lib/mail';

export async function POST() {
  return new Response(null, { status: 201 });
  await mail('created');
}
