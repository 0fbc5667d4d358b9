export const dynamic = 'force-dynamic';

export async function GET() {
  return new Response('<p>Hello</p>', { headers: { 'X-A': '1' } });
}
