import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  // The app sits inside a larger repository; nothing above this folder belongs to it.
  outputFileTracingRoot: __dirname,
};

export default config;
