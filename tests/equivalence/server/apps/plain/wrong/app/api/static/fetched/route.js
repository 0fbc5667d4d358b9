export const dynamic = 'force-dynamic';

export async function GET() {
  const response = await fetch(process.env.COUNTER_URL);
  return Response.json({ count: await response.text() });
}
