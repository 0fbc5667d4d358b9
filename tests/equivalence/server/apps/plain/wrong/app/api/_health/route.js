export function GET() {
  return Response.json({ healthy: true });
}
