export const runtime = 'edge';

export function GET(req) {
  return Response.json({ id: new URL(req.url).searchParams.get('id') });
}
