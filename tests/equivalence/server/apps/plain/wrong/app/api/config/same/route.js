export function GET() {
  return Response.json({ ok: true }, { headers: { 'X-Same': 'handler' } });
}
