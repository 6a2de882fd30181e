ALTER TABLE "RequestColumn" ADD COLUMN "unknown" INTEGER NOT NULL DEFAULT 0;

-- Requests without a status were counted as not answered. The columns of such runs are made again when they are next read.
DELETE FROM "RequestColumn" WHERE "runId" IN (
  SELECT "runId" FROM "MetricSeries" WHERE "metric" = 'http_reqs' AND json_extract("tagsJson", '$.status') IS NULL
);
