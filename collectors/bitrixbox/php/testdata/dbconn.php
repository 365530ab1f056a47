<?
define("DBPersistent", false);
$DBType = "mysql";
$DBHost = "localhost";
$DBLogin = 'portal';
$DBPassword = "canary-Password-7";
$DBName = "sitemanager";
$DBDebug = $DBDebugToFile = false;
# the office only
if ($_SERVER["REMOTE_ADDR"] == "10.0.0.1") {
	$DBDebug = true;
}
@set_time_limit(60);
@ini_set('display_errors', 1);
date_default_timezone_set("Europe/Kyiv");

define("BX_FILE_PERMISSIONS", 0664); define("BX_DIR_PERMISSIONS", 0775);
@umask(~BX_DIR_PERMISSIONS);
define("LOG_FILENAME", $_SERVER["DOCUMENT_ROOT"]."/log.txt");
if(!(defined("CHK_EVENT") && CHK_EVENT===true))
	define("BX_CRONTAB_SUPPORT", true);
defined('REST_APAUTH_ALLOW_HTTP') || define('REST_APAUTH_ALLOW_HTTP', true);
define("BX_UTF", true);
const BX_MEMORY = "512M", BX_SMTP_PASSWORD = 'canary-const';
function mailer($to) { $DBDebugToFile = true; return array("password" => "canary-body"); }
mysql_connect("localhost", "root", "canary-argument");
?>
Text with $DBHost = "elsewhere"; outside
<?php if (defined('LANG')): $DBHost = "localhost"; else: $DBName = 'other'; endif; $DBType .= 'i' ?>
