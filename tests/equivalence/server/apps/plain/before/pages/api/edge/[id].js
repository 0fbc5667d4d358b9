export const config = { runtime: 'edge' };

export default function handler(req) {
  return Response.json({ id: new URL(req.url).searchParams.get('id') });
}
