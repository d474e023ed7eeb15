/// Asks the system's Python, where there is one.
module UniRep.Tests.Python

open System.Collections.Concurrent
open System.Diagnostics
open System.IO
open Expecto
open UniRep.Testing

let private interpreter = "/usr/bin/python3"

let private start (code: string) (arguments: string list) =
    let settings =
        ProcessStartInfo(
            interpreter,
            "-c" :: code :: arguments,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    match Process.Start settings with
    | null -> invalidOp $"{interpreter} does not start"
    | running ->
        use running = running
        let complaints = running.StandardError.ReadToEndAsync()
        let output = running.StandardOutput.ReadToEnd()
        running.WaitForExit()
        running.ExitCode, output, complaints.Result

let private has =
    let known = ConcurrentDictionary<string, bool>()

    fun modules ->
        File.Exists interpreter
        && known.GetOrAdd(
            modules,
            fun modules -> (let code, _, _ = start $"import {modules}" [] in code = 0)
        )

/// Runs a program that needs modules, `sys` besides, with `sys.argv[1:]` and gives its output; the test is skipped
/// where they are not installed.
let run (modules: string) (program: string) (arguments: string list) =
    if not (has modules) then
        skiptest $"{interpreter} with {modules} is not installed"

    let code, output, complaints = start $"import sys, {modules}\n{program}" arguments
    Expect.isTrue (code = 0) complaints
    output.Trim()
