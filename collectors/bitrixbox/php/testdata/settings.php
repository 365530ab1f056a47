<?php
/* Settings of the kernel. Written by hand after the move to the new server. */
return array (
  'utf_mode' => array ('value' => true, 'readonly' => true),
  'cache_flags' => ['value' => ['config_options' => 3600.0, 'site_domain' => 3_600], 'readonly' => false],
  'cookies' => array ('value' => array ('secure' => FALSE, 'http_only' => True), 'readonly' => false),
  'exception_handling' => [
    'value' => [
      'debug' => true, // see ticket "42"
      'handled_errors_types' => E_ALL & ~E_NOTICE,
      'exception_errors_types' => 4437,
      'log' => ['settings' => ['file' => "bitrix/modules/error\x2elog", 'log_size' => 1000000]],
      'closure' => function ($e) use (&$x) { return array('debug' => false); },
    ],
  ],
  'connections' => array (
    'value' => array (
      'default' => array (
        'className' => '\\Bitrix\\Main\\DB\\MysqliConnection',
        'host' => 'localhost',
        'database' => 'portal',
        'login' => 'root',
        'password' => 'canary1',
        'options' => 2.0,
      ),
      'replica' => ['host' => 'mysql://portal:canary-dsn@10.0.0.7/portal', 'password' => getenv('DB') ?: 'canary-fallback'],
    ),
    'readonly' => true,
  ),
  'cache' => [
    'value' => [
      'type' => ['class_name' => fn () => 'Redis', 'required_file' => static fn ($a, $b) => [$a => $b]],
      'sid' => $_SERVER["DOCUMENT_ROOT"] . "#01",
      'handler' => new class { public $a = ['x' => 1]; },
      'note' => "in {$_SERVER["HTTP_HOST"]} only",
    ],
  ],
  'session' => ['value' => ['mode' => 'separated', 'lifetime' => 14400, 'handlers' => [
    'kernel' => 'encrypted_cookies',
    'general' => ['type' => 'redis', 'host' => '127.0.0.1', 'port' => '6379', 'auth' => 'canary-redis'],
  ]]],
  'crypto' => ['value' => ['crypto_key' => 'canary-crypto-key'], 'readonly' => true],
  'pull' => ['value' => ['path_to_listener' => 'http://#DOMAIN#/sub/', 'signature_key' => <<<KEY
    canary-heredoc
    KEY, 'signature_algo' => 'sha1', 'nginx_version' => -4]],
  'smtp' => ['value' => ['enabled' => true, 'login' => 'robot', 'passwords' => ['canary-smtp', 'canary-spare']]],
  'http_client_options' => ['value' => array_merge(['disableSslVerification' => true], [])],
  'rest' => ['value' => ['outgoing' => 'https://crm.example/rest/1/canaryhook01/']],
);
