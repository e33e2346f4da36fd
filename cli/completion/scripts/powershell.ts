/**
 * For PowerShell 5 and later. The words go in base64: on Windows the command may be a batch file, whose arguments cmd.exe
 * would read again.
 */
export const POWERSHELL = `# PowerShell completion for gateway
Register-ArgumentCompleter -Native -CommandName gateway -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $words += "$wordToComplete"
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($words -join [char]0)
    $gateway = Get-Command gateway -CommandType Application, ExternalScript -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $gateway) { return }
    foreach ($line in @(& $gateway __complete powershell ([System.Convert]::ToBase64String($bytes)) 2>$null)) {
        if ($line.StartsWith(':')) { continue }
        $value, $about = $line -split "\`t", 2
        if (-not $about) { $about = $value }
        $text = if ($value -match '^[\\w./:=+~-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
`;
