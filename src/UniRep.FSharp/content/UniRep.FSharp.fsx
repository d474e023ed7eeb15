// F# Interactive runs this file when `#r "nuget: UniRep.FSharp"` finds the package: sequences, representations, models and
// reports then print as one line.
module internal UniRepDisplay

fsi.AddPrinter(fun (shown: UniRep.IDisplay) -> shown.Summary)

#if HAS_FSI_ADDHTMLPRINTER
// A session that shows HTML, such as that of fsdocs.
fsi.AddHtmlPrinter(fun (shown: UniRep.IDisplay) -> Seq.empty, shown.ToHtml())
#endif
