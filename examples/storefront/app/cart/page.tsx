import { db } from '@/lib/db';

export const dynamic = 'force-dynamic';

export default function CartPage() {
  return (
    <main>
      <h1>Cart</h1>
      <ul>
        {[...db.cart].map(([id, quantity]) => (
          <li key={id}>
            {quantity} × {db.products.get(id)?.name}
          </li>
        ))}
      </ul>
    </main>
  );
}
