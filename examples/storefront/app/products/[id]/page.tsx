import { notFound } from 'next/navigation';
import CartButton from '@/app/components/CartButton';
import WishlistButton from '@/app/components/WishlistButton';
import { db } from '@/lib/db';
import ReviewForm from './ReviewForm';

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ problem?: string }>;
};

export default async function ProductPage({ params, searchParams }: Props) {
  const { id } = await params;
  const { problem } = await searchParams;
  const product = db.products.get(id);
  if (!product) notFound();
  const reviews = db.reviews.filter((review) => review.productId === id);

  return (
    <main>
      <h1>{product.name}</h1>
      <p>{product.price.toFixed(2)} €</p>
      <CartButton productId={product.id} />
      <WishlistButton productId={product.id} initiallySaved={db.wishlist.has(product.id)} />
      <h2>Reviews</h2>
      <ul>
        {reviews.map((review, index) => (
          <li key={index}>
            {'★'.repeat(review.stars)} {review.text}
          </li>
        ))}
      </ul>
      {problem && <p role="alert">Please write something.</p>}
      <ReviewForm productId={product.id} />
    </main>
  );
}
