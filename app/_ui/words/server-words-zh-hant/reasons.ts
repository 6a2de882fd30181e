/** Why a run ended, why a part of it was not recorded, and what k6 or the cluster refused (lib/runs, lib/loadgen, lib/cluster). */
export const reasonsZhHant = {
  // Runs.
  'stopped before k6 was started': '在 k6 啟動前停止',
  'k6 was killed by a user': 'k6 被使用者終止',
  'stopped by a user; teardown ran': '由使用者停止；已執行 teardown',
  'taken from the queue': '已從佇列移除',
  'A run that is {state1} cannot become {state2}.': '狀態為 {state1} 的測試不能變為 {state2}。',
  'Scaletrace itself was ended during the run; everything up to then is here.':
    'Scaletrace 本身在測試期間結束；到那時為止的資料都在。',

  // k6's exit codes.
  'the cloud test run failed': '雲端測試失敗',
  'k6 lost the progress of the cloud test': 'k6 無法再取得雲端測試的進度',
  'thresholds were crossed': '有門檻未達成',
  'setup() took longer than setupTimeout': 'setup() 超過 setupTimeout',
  'teardown() took longer than teardownTimeout': 'teardown() 超過 teardownTimeout',
  'a time limit was exceeded': '超過時間限制',
  'stopped through k6’s REST API': '透過 k6 的 REST API 停止',
  'the options are not valid': '選項不正確',
  'stopped by a signal': '被訊號停止',
  'k6’s REST API could not be started': '無法啟動 k6 的 REST API',
  'the script threw an exception': '腳本擲出例外',
  'the script called test.abort()': '腳本呼叫了 test.abort()',
  'k6 itself crashed (Go panic)': 'k6 本身當掉（Go panic）',
  'the script called test.fail()': '腳本呼叫了 test.fail()',
  'k6 was killed ({})': 'k6 被終止（{}）',
  'k6 ended with exit code {}': 'k6 以結束碼 {} 結束',

  // k6 and its script.
  'k6 refused the script without saying why.': 'k6 拒絕了這個腳本，但沒有說明原因。',
  '{} A script here is one file: it can import k6’s own modules, not other files or addresses.':
    '{} 這裡的腳本是單一檔案：可以匯入 k6 自己的模組，不能匯入其他檔案或網址。',
  'The script’s init code wrote more than {} MB.': '腳本的 init 程式碼寫出了超過 {} MB。',
  'The script’s init code did not end within {} s.': '腳本的 init 程式碼沒有在 {} 秒內結束。',
  'K6_BIN names {}, which is not a k6 of version 1.0 or newer.': 'K6_BIN 指定的 {} 不是 1.0 版以上的 k6。',
  'k6 1.0 or newer was not found: run `npm run demo` once, which gets it, or install k6, or set K6_BIN.':
    '找不到 1.0 版以上的 k6：請執行一次 `npm run demo`（會取得它）、安裝 k6，或設定 K6_BIN。',
  '{} cannot be a script’s variable: it would change k6 itself.': '{} 不能當作腳本的變數：它會改變 k6 本身。',
  '{} was not found: start Scaletrace in its own folder, or set SCALETRACE_ROOT to it.':
    '找不到 {}：請在 Scaletrace 自己的資料夾啟動它，或把 SCALETRACE_ROOT 設為該資料夾。',
  'k6’s end-of-test summary could not be read: {}': '無法讀取 k6 的測試總結：{}',
  'k6 could not be started: {}': '無法啟動 k6：{}',
  'k6’s guard ended before k6 was started.': 'k6 的監護程序在 k6 啟動前就結束了。',
  'The gateway’s host {} has no address.': '閘道的主機 {} 沒有位址。',
  '{} is not an IP address.': '{} 不是 IP 位址。',

  // Gaps.
  'k6 sent no metrics': 'k6 沒有送出指標',
  "the gateway's metrics cannot be read: {words}": '讀不到閘道的指標：{words}',
  '{url} answered {}': '{url} 回應 {}',
  '{url} names no cluster of {}/{}': '{url} 中沒有 {}/{} 的叢集',
  'the watch said nothing for {} s': '監看已 {} 秒沒有消息',
  'the watch ended with an error': '監看因錯誤而結束',
  'an event of the watch cannot be read: {}': '無法讀取監看的事件：{}',
  'the watch was closed at once': '監看一開始就被關閉',
  'too old resource version': '資源版本太舊',
  'the watch broke: {words}': '監看中斷：{words}',
  'connection lost': '連線中斷',

  // The cluster.
  'KUBECONFIG names {}, which is not there. Set it to a kubeconfig, or start the lab.':
    'KUBECONFIG 指定的 {} 不存在。請設為 kubeconfig 檔案，或啟動實驗室。',
  'The kubeconfig’s current context "{}" names no cluster that is there. Choose another with "kubectl config use-context NAME": {}.':
    'kubeconfig 目前的 context「{}」所指的叢集不存在。請以「kubectl config use-context NAME」選擇其他：{}。',
  'The kubeconfig sets no current context. Choose one with "kubectl config use-context NAME": {}.':
    'kubeconfig 沒有設定目前的 context。請以「kubectl config use-context NAME」選擇：{}。',
  'These are {} Knative Services. Paste one at a time.': '這裡有 {} 個 Knative Service。請一次貼上一個。',
  '{} Knative Services: paste one at a time': '{} 個 Knative Service：請一次貼上一個',
  'This is not a Knative Service: it is a {} of {}; a Service of serving.knative.dev/v1 is expected.':
    '這不是 Knative Service：它是 {}（{}）；應為 serving.knative.dev/v1 的 Service。',
  'The kubeconfig cannot be read: {}. Set KUBECONFIG to a valid file, or start the lab.':
    '無法讀取 kubeconfig：{}。請把 KUBECONFIG 設為正確的檔案，或啟動實驗室。',
  'No cluster is configured: set KUBECONFIG, or start the lab with `npm run lab`.':
    '沒有設定叢集：請設定 KUBECONFIG，或以 `npm run lab` 啟動實驗室。',
  'no answer within {} s': '{} 秒內沒有回應',
  'The cluster at {} does not answer ({words}). Is it running, and is KUBECONFIG right?':
    '位於 {} 的叢集沒有回應（{words}）。它在執行嗎？KUBECONFIG 正確嗎？',
  'The cluster answered {}.': '叢集回應 {}。',
  'This is not YAML: {}': '這不是 YAML：{}',
  'not YAML': '不是 YAML',
  'This is not a Knative Service: {words}': '這不是 Knative Service：{words}',
  'The service was applied, but the cluster names no gateway: make the ConfigMap knative-serving/scaletrace-gateway with gatewayUrl and metricsUrl, or register the service by hand.':
    '已套用服務，但叢集沒有指明閘道：請建立 ConfigMap「knative-serving/scaletrace-gateway」，填入 gatewayUrl 與 metricsUrl，或手動登錄服務。',
  'The service was applied, but had no ready revision within {} s: see kubectl get ksvc {}.':
    '已套用服務，但 {} 秒內沒有就緒的修訂版：請看 `kubectl get ksvc {}`。',
  'The cluster has no Knative Service {}/{}.': '叢集中沒有 Knative Service {}/{}。',
  'The cluster refused the service': '叢集拒絕了這個服務',
  'The cluster cannot be used': '無法使用叢集',

  // The database.
  'The database cannot be written: {reason}.': '無法寫入資料庫：{reason}。',
  'The database’s thread has ended.': '資料庫的執行緒已結束。',

  // What Node says of a connection that fails: the cause within sentences of ours.
  'connect ECONNREFUSED {}': '{} 拒絕連線（ECONNREFUSED）',
  'getaddrinfo ENOTFOUND {}': '找不到主機 {}（ENOTFOUND）',
  'read ECONNRESET': '連線被重設（ECONNRESET）',
  'fetch failed': '無法取得',
  'The operation was aborted due to timeout': '逾時',
};
