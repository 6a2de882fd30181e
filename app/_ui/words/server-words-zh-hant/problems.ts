/** What the API refuses (lib/api): titles, details and the messages of single fields. */
export const problemsZhHant = {
  'Invalid input': '輸入不正確',
  'The input is not valid.': '輸入不正確。',
  'The body': '內容',
  'the document': '文件',
  'Not found': '找不到',
  'Internal error': '內部錯誤',
  'Scaletrace failed at this request; its own log has the reason.':
    'Scaletrace 處理這個請求時出錯；原因寫在它自己的記錄裡。',
  'Unsupported media type': '不支援的內容類型',
  'Send the body as application/json.': '請以 application/json 傳送內容。',
  'Too large': '太大',
  'The body may have at most {} characters.': '內容最多 {} 個字元。',
  'The body is not JSON: {}': '內容不是 JSON：{}',
  'Unknown host': '不明的主機',
  'This Scaletrace does not answer to the host "{}". Open it by the address it printed, or name the host in SCALETRACE_ALLOWED_HOSTS.':
    '這個 Scaletrace 不回應主機「{}」。請用它啟動時印出的位址開啟，或把主機列在 SCALETRACE_ALLOWED_HOSTS。',
  'Foreign origin': '來自其他網站',
  'A page of {words} may not change anything here.': '{words} 的頁面不能變更這裡的任何東西。',

  'There is no such run. It may have been deleted.': '沒有這個測試，可能已被刪除。',
  'There is no such script. It may have been deleted.': '沒有這個腳本，可能已被刪除。',
  'There is no such service. It may have been deleted.': '沒有這個服務，可能已被刪除。',
  'There is no such session. It may have been deleted.': '沒有這個工作階段，可能已被刪除。',
  'There is no such token in force. It may have been deleted.': '沒有這個有效的權杖，可能已被刪除。',
  'There is no such user. It may have been deleted.': '沒有這個使用者，可能已被刪除。',
  'There is no such link. It may have been deleted.': '沒有這個連結，可能已被刪除。',
  'There is no such part of a link. It may have been deleted.': '連結中沒有這個部分，可能已被刪除。',
  'There is no such route: /api/openapi.json has all of them.':
    '沒有這個路由：全部路由列在 /api/openapi.json。',
  'There is no such comparison. It may have been deleted.': '沒有這份比較，可能已被刪除。',

  // Sign-in, users and tokens.
  'Sign in': '請登入',
  'Sign in at /sign-in, or send an API token as a bearer token.':
    '請在 /sign-in 登入，或以 Bearer 權杖傳送 API 權杖。',
  'Not signed in': '未登入',
  'Name or password is wrong, or the user is disabled.': '名稱或密碼錯誤，或使用者已停用。',
  'Too many attempts': '嘗試次數過多',
  'Too many sign-ins have failed. Try again in {} minute.': '登入失敗太多次。請在 {} 分鐘後再試。',
  'Too many sign-ins have failed. Try again in {} minutes.': '登入失敗太多次。請在 {} 分鐘後再試。',
  'Too many passwords were wrong. Try again in {} min.': '密碼錯誤太多次。請在 {} 分鐘後再試。',
  'Unknown token': '不明的權杖',
  'This API token is unknown, revoked or expired. Make a new one in the settings.':
    '這個 API 權杖不明、已撤銷或已到期。請在設定中建立新的。',
  'Not allowed': '沒有權限',
  'This takes the role {words}; this token has {words2}. An admin can change it.':
    '這需要「{words}」角色；這個權杖是「{words2}」。管理員可以變更。',
  'This takes the role {words}; yours is {words2}. An admin can change it.':
    '這需要「{words}」角色；目前的角色是「{words2}」。管理員可以變更。',
  'Only an admin sees the sessions of others.': '只有管理員看得到其他人的工作階段。',
  'A token cannot make tokens: sign in, and make it in the settings.':
    '權杖不能建立權杖：請登入後在設定中建立。',
  'A token cannot revoke tokens: sign in, and do it in the settings.':
    '權杖不能撤銷權杖：請登入後在設定中撤銷。',
  'A token that may {words} takes the role {words2}.': '可「{words}」的權杖需要「{words2}」角色。',
  'more than your own role': '超過自己的角色',
  'Name is taken': '名稱已被使用',
  'There is a user "{}" already.': '已有使用者「{}」。',
  'there is a user of this name already': '已有同名的使用者',
  'The last admin': '最後一位管理員',
  '{} is the only admin who may sign in: make another user admin first.':
    '{} 是唯一可登入的管理員：請先讓另一位使用者成為管理員。',
  'No password': '沒有密碼',
  'Only who has signed in has a password to change.': '登入之後才有密碼可以變更。',
  'Wrong password': '密碼錯誤',
  'This is not your password now.': '這不是目前的密碼。',
  'this is not your password now': '這不是目前的密碼',
  'at least 12 characters': '至少 12 個字元',
  'at most 200 characters': '最多 200 個字元',
  'the password': '請填密碼',
  'the password that you have now': '請填目前的密碼',
  'letters, digits, dots, - , _ or @, at most 64, beginning with a letter or digit':
    '字母、數字、點、-、_ 或 @，最多 64 個，以字母或數字開頭',
  'at least one day': '至少一天',

  // Runs, scripts and services.
  'Unknown service': '不明的服務',
  'Only registered services can be loaded: register this one under Services first.':
    '只能測試已登錄的服務：請先在「服務」登錄這個服務。',
  'Unknown script': '不明的腳本',
  'There is no script "{}": choose one of the list, or send scriptText.':
    '沒有腳本「{}」：請從清單中選擇，或傳送 scriptText。',
  'Reserved name': '保留的名稱',
  '{} cannot be a script’s variable: k6 itself or the system reads it.':
    '{} 不能當作腳本的變數：k6 本身或系統會讀取它。',
  '{} is set by Scaletrace: the target is always the registered service.':
    '{} 由 Scaletrace 設定：目標一律是已登錄的服務。',
  'There is no such run.': '沒有這個測試。',
  'Run has ended': '測試已結束',
  'The run is {words} already.': '測試的狀態已是「{words}」。',
  'Wrong secret': '密鑰錯誤',
  'This secret does not open this run.': '這個密鑰不屬於這個測試。',
  'Run is not running': '測試不在執行中',
  'Metrics are taken only while the run is under way.': '只有測試進行時才接受指標。',
  'Not a push': '不是推送的指標',
  'k6 is missing': '找不到 k6',
  'The script has an error': '腳本有錯誤',
  'Run is under way': '測試仍在進行',
  'Stop the run before you delete it.': '請先停止測試再刪除。',
  'Wait until the run has ended: only then can others be held against it.':
    '請等測試結束：之後才能拿其他測試與它比較。',
  'Run without requests': '沒有請求的測試',
  'This run recorded no request, so nothing can be held against it.':
    '這個測試沒有記錄到請求，因此無法與它比較。',
  'Give both fromMs and toMs, the earlier first, or none.':
    'fromMs 與 toMs 要一起給（較早的在前），或都不給。',
  'must be later than fromMs': '必須晚於 fromMs',
  'cursor: not a cursor of this route; leave it out to start from the beginning.':
    'cursor：不是這個路由的游標；省略它即可從頭開始。',
  'a letter or underscore, then letters, digits and underscores': '字母或底線開頭，之後為字母、數字與底線',
  'choose a registered service': '請選擇已登錄的服務',
  'name at least one run': '請至少指定一個測試',
  'at most 100 runs at once': '一次最多 100 個測試',
  'at most 500 runs at once': '一次最多 500 個測試',
  'a tag has at least one character': '標籤至少要有一個字元',
  'a tag has at most 50 characters': '標籤最多 50 個字元',
  'at most 20 tags': '最多 20 個標籤',
  'a run has at most 20 tags': '一個測試最多 20 個標籤',
  'a name has at least one character': '名稱至少要有一個字元',
  'a name has at most 200 characters': '名稱最多 200 個字元',
  'notes have at most 20,000 characters': '備註最多 20,000 個字元',
  'name the runs, as in runs=a,b': '請指定測試，例如 runs=a,b',
  'name at least {} different runs': '請至少指定 {} 個不同的測試',
  'name at most {} runs': '最多指定 {} 個測試',
  'a script is not empty': '腳本不能是空的',
  'letters, digits, spaces, dots, - or _': '字母、數字、空格、點、- 或 _',
  'A name has 1 to 100 letters, digits, spaces, dots, - or _.':
    '名稱為 1 到 100 個字母、數字、空格、點、- 或 _。',
  '"{}" ships with Scaletrace: choose another name.': '「{}」是隨 Scaletrace 提供的：請改用其他名稱。',
  'There is a script "{}" already: choose another name.': '已有腳本「{}」：請改用其他名稱。',
  'Registered already': '已登錄',
  'Another service has this namespace, name and gateway.': '另一個服務已有相同的命名空間、名稱與閘道。',
  'another service has this namespace, name and gateway': '另一個服務已有相同的命名空間、名稱與閘道',
  'an http:// or https:// address': '須為 http:// 或 https:// 位址',
  'a Kubernetes name: lower case letters, digits and -': '須為 Kubernetes 名稱：小寫字母、數字與 -',
  'the name by which the gateway routes': '請填閘道用來路由的名稱',
  'a whole number, 0 for no limit': '須為整數，0 表示不限',
  '0 or more': '須為 0 以上',
  'at most 1000': '最多 1000',
  'paste the YAML of a Knative Service': '請貼上 Knative Service 的 YAML',

  // Links that share a run.
  'Link has ended': '連結已失效',
  'This link was revoked, has expired, or its run was deleted. Ask for a new one.':
    '這個連結已撤銷、已過期，或測試已被刪除。請索取新的。',
  'Password needed': '需要密碼',
  'Open the link’s page and give its password.': '請開啟連結的頁面並輸入密碼。',
  'Too many wrong passwords. Try again in {} min.': '密碼錯誤太多次。請在 {} 分鐘後再試。',
  'This is not the password of the link. Ask who sent it.': '這不是連結的密碼。請詢問傳連結的人。',
  'give the password': '請輸入密碼',
  'Choose a moment that is still to come.': '請選擇未來的時刻。',
  'before the year 2200': '須在 2200 年之前',
  'name each run once': '每個測試只能指定一次',
  'at least 6 characters': '至少 6 個字元',
  'name the run, as in runs=ID, or the runs of a comparison': '請指定測試，例如 runs=ID，或一份比較的測試',

  // Settings of old runs.
  'a number of days': '須為天數',
  'whole days': '須為整數天',
  'at least 1 day': '至少 1 天',
  'at most 3650 days': '最多 3650 天',
  'a number of seconds': '須為秒數',
  'whole seconds': '須為整數秒',
  'at least 2 seconds': '至少 2 秒',
  'at most 600 seconds': '最多 600 秒',
  'more days than thinning, which would else do nothing': '須比精簡的天數多，否則精簡不會有作用',
};
