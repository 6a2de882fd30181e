export * from '@/lib/timeline/run';
