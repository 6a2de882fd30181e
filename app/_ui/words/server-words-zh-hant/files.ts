/** Files that cannot be imported or replayed, and what a what-if does not take (lib/importing, lib/whatif). */
export const filesZhHant = {
  'Send the file itself as the body.': '請以檔案本身作為內容傳送。',
  'service: there is no such service.': 'service：沒有這個服務。',
  'There is no such service; it may have been deleted.': '沒有這個服務，可能已被刪除。',
  'This file cannot be imported': '無法匯入這個檔案',
  'The file is empty.': '檔案是空的。',
  'The file begins as gzip does, but cannot be unpacked: it is damaged or not complete.':
    '檔案開頭像 gzip，但無法解壓縮：它已損壞或不完整。',
  'This is k6’s end-of-test summary, which has no requests. Run k6 with "--out json=FILE" or "--out csv=FILE" and import that file.':
    '這是 k6 的測試總結，裡面沒有請求。請以 "--out json=FILE" 或 "--out csv=FILE" 執行 k6，再匯入那個檔案。',
  'This is hey’s printed summary. Run "hey -o csv … > FILE" and import that file.':
    '這是 hey 印出的總結。請執行 "hey -o csv … > FILE"，再匯入那個檔案。',
  'This is no line of CSV: {}': '這不是一行 CSV：{}',
  'is no line of CSV: {}': '不是一行 CSV：{}',
  'is no whole number': '不是整數',
  'hey’s columns {} are missing: hey writes them since its version 0.1.3. Run a newer hey and save the output of "hey -o csv" as it is.':
    '缺少 hey 的欄位 {}：hey 自 0.1.3 版起才會寫出。請用較新的 hey，並原樣儲存「hey -o csv」的輸出。',
  'The file is not JSON from here on ({}). Import what "k6 run --out json=FILE" wrote.':
    '檔案從這裡起不是 JSON（{}）。請匯入「k6 run --out json=FILE」寫出的檔案。',
  'This file holds what k6 prints on its console too. Run k6 with "--out json=FILE" or "--out csv=FILE", so that the samples go to a file of their own.':
    '這個檔案也含有 k6 印在主控台上的內容。請以「--out json=FILE」或「--out csv=FILE」執行 k6，讓樣本寫進自己的檔案。',
  'No known tool writes a file that begins so: "{}". Import the output of "hey -o csv", "k6 run --out json=FILE" or "--out csv=FILE", or "fortio load -json FILE".':
    '沒有已知的工具會寫出這樣開頭的檔案：「{}」。請匯入 "hey -o csv"、"k6 run --out json=FILE"、"--out csv=FILE" 或 "fortio load -json FILE" 的輸出。',
  'This line has more than a million characters, so the file is of no kind that Scaletrace reads.':
    '這一行超過一百萬個字元，因此不是 Scaletrace 能讀取的檔案。',
  'A Fortio result is never this large.': 'Fortio 的結果不會這麼大。',
  'This Fortio result has no request.': '這份 Fortio 結果沒有請求。',
  'The file is not whole JSON: {}. Save the result again with "fortio load -json FILE".':
    '檔案不是完整的 JSON：{}。請以 "fortio load -json FILE" 重新儲存結果。',
  'This is not a Fortio result: {words}.': '這不是 Fortio 的結果：{words}。',
  '{} numbers are expected here, as in hey’s header; found "{}". Remove the line, or export again with "hey -o csv".':
    '這裡應有 {} 個數字，如 hey 的標題列；實際為「{}」。請移除這一行，或以 "hey -o csv" 重新匯出。',
  'hey’s header is there, but no request follows it: each of them failed without an answer, or the file is not complete.':
    '有 hey 的標題列，但之後沒有請求：可能每個請求都沒有得到回應，或檔案不完整。',
  '{} cells are expected here: a metric’s name, a time, a number, then its tags; found "{}".':
    '這裡應有 {} 格：指標名稱、時間、數字，接著是標籤；實際為「{}」。',
  'The file has no row of http_reqs, so no request: Scaletrace compares HTTP runs.':
    '檔案中沒有 http_reqs 的列，也就沒有請求：Scaletrace 比較的是 HTTP 測試。',
  'The file has no point of http_reqs, so no request: Scaletrace compares HTTP runs.':
    '檔案中沒有 http_reqs 的資料點，也就沒有請求：Scaletrace 比較的是 HTTP 測試。',
  'This line is not JSON ({}): "{}". Each line of k6’s JSON output is one object.':
    '這一行不是 JSON（{}）：「{}」。k6 的 JSON 輸出每行是一個物件。',
  '"type" should be Metric or Point, as "k6 run --out json" writes it; found "{}".':
    '"type" 應為 Metric 或 Point，如 "k6 run --out json" 所寫；實際為「{}」。',
  'This metric is not as k6 writes it: {words}.': '這個指標不是 k6 的寫法：{words}。',
  'A point needs "metric", "data.time" (RFC 3339) and a number as "data.value".':
    '資料點需要 "metric"、"data.time"（RFC 3339），且 "data.value" 為數字。',
  'A point of {metric} comes before the line that says what {} is; the file’s beginning is missing.':
    '{metric} 的資料點出現在說明 {} 是什麼的那一行之前；檔案缺了開頭。',
  'The imported run {} was deleted while it was stored.': '匯入的測試 {} 在儲存期間被刪除了。',

  // Demands to be replayed.
  'The demand cannot be read': '無法讀取需求',
  'line {}: {words}': '第 {} 行：{words}',
  'the answer': '回應',
  'expected "time,concurrency", found {} column': '應為 "time,concurrency"，實際有 {} 欄',
  'expected "time,concurrency", found {} columns': '應為 "time,concurrency"，實際有 {} 欄',
  '"{}" is no time: ISO 8601, Unix seconds or Unix milliseconds':
    '「{}」不是時間：請用 ISO 8601、Unix 秒或 Unix 毫秒',
  '"{}" is not later than the line before it': '「{}」沒有晚於前一行',
  '"{}" is no concurrency: a number of 0 or more, or nothing where it is not known':
    '「{}」不是並行數：請用 0 以上的數字，未知時留空',
  'is not "success": the query failed': '不是 "success"：查詢失敗',
  'is not "matrix": use a range query (query_range), not an instant one':
    '不是 "matrix"：請用範圍查詢（query_range），而非即時查詢',
  'is empty: the query matched no series': '是空的：查詢沒有符合的序列',
  'is not what Prometheus answers': '不是 Prometheus 的回應',
  'is no JSON: {}': '不是 JSON：{}',
  '{place}: "{}" is no number of 0 or more': '{place}：「{}」不是 0 以上的數字',
  'has no readings': '沒有讀數',
  'covers {} days; the most is {}': '涵蓋 {} 天；最多 {} 天',
  'a demand needs at least one reading': '需求至少要有一個讀數',
  'is empty': '是空的',
  'is too long: give fewer, coarser readings': '太長：請給較少、較粗的讀數',
  'Nothing to replay': '沒有可重播的內容',
  'This run recorded no concurrency, so there is nothing to replay: the service’s gateway metrics could not be read, and k6 sent no durations.':
    '這個測試沒有記錄並行數，因此沒有可重播的內容：讀不到服務的閘道指標，k6 也沒有送出時間。',
  'Knative refuses the service’s own configuration, so it cannot be replayed: {words}.':
    'Knative 拒絕服務本身的設定，因此無法重播：{words}。',

  // A what-if's settings and sweeps.
  'must be kpa, mpa or hpa': '須為 kpa、mpa 或 hpa',
  'must be concurrency or rps': '須為 concurrency 或 rps',
  'must be a whole number': '須為整數',
  'must be 0 (no limit) to 1000': '須為 0（不限）到 1000',
  'must be linear or weighted-exponential': '須為 linear 或 weighted-exponential',
  'must be 0 or more': '須為 0 以上',
  'must be more than 0': '須大於 0',
  'must be at most an hour': '最多一小時',
  'must be at most {}: more pods are not simulated': '最多 {}：更多的 Pod 不會模擬',
  'A thread of the sweep failed; Scaletrace’s own log has the reason.':
    '掃描的一個執行緒失敗；原因寫在 Scaletrace 自己的記錄裡。',
  'from, to and step must be numbers': '從、到與間隔都須為數字',
  'the step must be more than 0': '間隔須大於 0',
  '"to" must not be less than "from"': '「到」不可小於「從」',
  'must not have more than {} values': '最多 {} 個值',
  'must not have more than {} combinations': '最多 {} 種組合',
  'there is no setting "{}"; the settings are {}': '沒有設定「{}」；可用的設定有 {}',
  'write from:to:step, or values parted by commas': '請寫成 from:to:step，或以逗號分隔的值',
  'has no values: write from:to:step, or values parted by commas':
    '沒有值：請寫成 from:to:step，或以逗號分隔的值',
  '"{}" is no number': '「{}」不是數字',
  'must have at least one value': '至少要有一個值',
  'must vary at least one setting': '至少要變動一項設定',
  'may vary at most three settings': '最多變動三項設定',
  'must not vary a setting twice': '同一項設定不可變動兩次',
};
