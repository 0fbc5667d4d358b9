import { notFound } from 'next/navigation';
import WishlistButton from '@/app/components/WishlistButton';
import { db } from '@/lib/db';

export default async function ProductPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const product = db.products.get(id);
  if (!product) notFound();

  return (
    <main>
      <h1>{product.name}</h1>
      <p>{product.price.toFixed(2)} €</p>
      <WishlistButton productId={product.id} initiallySaved={db.wishlist.has(product.id)} />
    </main>
  );
}
