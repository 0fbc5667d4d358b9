import { PAGE_SIZE } from '@/pages/api/products';
import ProductGrid from './components/ProductGrid';

export default function HomePage() {
  return (
    <main>
      <h1>Things for the house</h1>
      <p>{PAGE_SIZE} on each page.</p>
      <ProductGrid />
    </main>
  );
}
