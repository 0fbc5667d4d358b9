import { charge, save } from '../../../lib/db';

export async function POST() {
  await charge(1);
  await save(1);
  return new Response(null, { status: 201 });
}
