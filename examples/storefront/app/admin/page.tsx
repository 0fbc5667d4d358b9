import { connection } from 'next/server';
import { db } from '@/lib/db';
import NewProduct from './NewProduct';
import ProductRow from './ProductRow';

export default async function AdminPage() {
  await connection();

  return (
    <main>
      <h1>Products</h1>
      <a href="/api/export">Download as CSV</a>
      <ul>
        {[...db.products.values()].map((product) => (
          <ProductRow key={product.id} product={product} />
        ))}
      </ul>
      <NewProduct />
    </main>
  );
}
