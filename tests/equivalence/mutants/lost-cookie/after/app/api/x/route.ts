export const dynamic = 'force-dynamic';

export async function GET() {
  const headers = new Headers();
  headers.set('Set-Cookie', 'a=1; Path=/');
  headers.set('Set-Cookie', 'b=2; Path=/');
  return Response.json({ ok: true }, { headers });
}
