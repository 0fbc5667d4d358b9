export const config = { runtime: 'edge' };

let count = 0;

export default function handler() {
  count++;
  return new Response(String(count), { headers: { 'x-count': String(count) } });
}
