export function GET(req) {
  return Response.json({ user: req.headers['x-user'] ?? null, secret: req.headers['x-secret'] ?? null });
}
