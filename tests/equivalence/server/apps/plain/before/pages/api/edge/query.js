export const config = { runtime: 'edge' };

export default function handler(req) {
  const { pathname, searchParams } = new URL(req.url);
  return Response.json({ pathname, name: searchParams.get('name'), method: req.method });
}
