export const config = { runtime: 'edge' };

export default async function handler(req) {
  if (req.method !== 'POST') return new Response('Only POST', { status: 405 });
  return Response.json({ body: await req.text() });
}
