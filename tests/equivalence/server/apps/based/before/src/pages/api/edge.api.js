export const config = { runtime: 'edge' };

export default function handler(req) {
  const { pathname, search } = new URL(req.url);
  return Response.json({ pathname, search });
}
