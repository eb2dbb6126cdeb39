// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// clang 19 in this process. No child, no temporary file, no include path:
//
//   text  --(in-memory file system)-->  clang front end and BPF back end  --(memory)-->  ELF for each part
//   ELF for each part  --(link.cpp)-->  ELF
//
// Each part has a thread, with a clang and an LLVM context of its own. Which of them is ready first does not matter to
// the result.
//
// The front end sees a file system that holds nothing but the text, so that the result cannot depend on the machine.
// The arguments are those that the clang driver would pass for `--target=bpfel -mcpu=v3 -O2 -g -Wall -Werror
// -ffreestanding -nostdinc`, but for those about debug information and vectors, which BPF has not; the driver itself is
// not needed, and nothing is put into LLVM's global command-line options, so that calls do not influence each other.
//
// The BPF back end makes BTF from debug information only, hence -g; but nobody reads DWARF, and debug information is a
// third of the time if it is let be. So:
//
//   -gcodeview               and no DWARF version: code generation then writes neither CodeView, which is for Windows,
//                            nor DWARF. BTF has a writer of its own. What is left, .debug_frame, is stripped.
//   local variables          BTF has none of them, but every pass keeps track of where they are: dropped at the start
//   assignment tracking      is for local variables
//   columns                  nobody shows them: the kernel and disassemblers show lines
//
// Expressions have more brackets in each other than people write.
//
// Names of values are for those who read LLVM's own language, and memory is given back by the end of the process.
//
// BTF also holds the source line of every instruction. The back end would read those from the disk; instead each file
// of the debug information gets its text before it runs.
//
// clang's and LLVM's way with inputs that they cannot stand is to end the process. Each run is inside a crash recovery
// context, which turns that into a failed run with what LLVM said in the log.
#include "compiler/object/compile.h"

#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include <clang/Basic/DiagnosticOptions.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <llvm/ADT/Any.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/PassManager.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/Support/raw_ostream.h>

extern "C" {
void LLVMInitializeBPFTargetInfo();
void LLVMInitializeBPFTarget();
void LLVMInitializeBPFTargetMC();
void LLVMInitializeBPFAsmPrinter();
void LLVMInitializeBPFAsmParser();
}

namespace sfc {

namespace {

llvm::StringRef toRef(std::string_view text) {
  return {text.data(), text.size()};
}

using ObjectBytes = llvm::SmallVector<char, 0>;

/// What all runs share: the registered target and the crash recovery, both for the life of the process.
void initializeOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeBPFTargetInfo();
    LLVMInitializeBPFTarget();
    LLVMInitializeBPFTargetMC();
    LLVMInitializeBPFAsmPrinter();
    LLVMInitializeBPFAsmParser();
  });
}

/// Warnings are errors of sfcc, but for those about what a spec says: a condition may be constant.
std::vector<const char*> frontEndArguments(const std::string& c_name, const char* definition) {
  std::vector<const char*> arguments = {"-triple",
                                        "bpfel",
                                        "-target-cpu",
                                        "v3",
                                        "-emit-obj",
                                        "-O2",
                                        "-debug-info-kind=constructor",
                                        "-gcodeview",
                                        "-gno-column-info",
                                        "-fexperimental-assignment-tracking=disabled",
                                        "-fdebug-compilation-dir=.",
                                        "-mrelocation-model",
                                        "static",
                                        "-disable-llvm-verifier",
                                        "-disable-free",
                                        "-discard-value-names",
                                        "-mframe-pointer=all",
                                        "-ffreestanding",
                                        "-fbracket-depth",
                                        "4096",
                                        "-nostdsysteminc",
                                        "-nobuiltininc",
                                        "-fgnuc-version=4.2.1",
                                        "-Wall",
                                        "-Werror",
                                        "-Wno-constant-logical-operand",
                                        "-Wno-tautological-compare",
                                        "-Wno-parentheses-equality",
                                        "-Wno-logical-not-parentheses",
                                        "-Wno-bool-operation",
                                        "-Wno-int-in-bool-context",
                                        "-Wno-self-assign",
                                        "-Wno-unused-value",
                                        "-main-file-name",
                                        c_name.c_str(),
                                        "-x",
                                        "c",
                                        c_name.c_str()};
  if (definition != nullptr) arguments.insert(arguments.end(), {"-D", definition});
  return arguments;
}

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystemOf(const CText& text) {
  auto files = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  files->addFile(text.name, 0, llvm::MemoryBuffer::getMemBufferCopy(toRef(text.text), text.name));
  return files;
}

/// Passes that have nothing to do for BPF, or in these texts: what is for vectors, coroutines, OpenMP, floating point,
/// profiles, exceptions or calls through pointers.
bool isIdle(llvm::StringRef pass) {
  static const llvm::StringSet<> idle = {"AlignmentFromAssumptionsPass",
                                         "Annotation2MetadataPass",
                                         "AnnotationRemarksPass",
                                         "CGProfilePass",
                                         "CalledValuePropagationPass",
                                         "CoroCleanupPass",
                                         "CoroConditionalWrapper",
                                         "CoroEarlyPass",
                                         "CoroElidePass",
                                         "CoroSplitPass",
                                         "DivRemPairsPass",
                                         "Float2IntPass",
                                         "InjectTLIMappings",
                                         "LibCallsShrinkWrapPass",
                                         "LoopDistributePass",
                                         "LoopLoadEliminationPass",
                                         "LoopSinkPass",
                                         "LoopVectorizePass",
                                         "MoveAutoInitPass",
                                         "OpenMPOptCGSCCPass",
                                         "OpenMPOptPass",
                                         "RelLookupTableConverterPass",
                                         "SLPVectorizerPass",
                                         "VectorCombinePass",
                                         "WarnMissedTransformationsPass"};
  return idle.contains(pass);
}

/// A pass that forgets where local variables are. Their names and types stay, and so do all lines.
class DropVariables : public llvm::PassInfoMixin<DropVariables> {
public:
  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
    for (llvm::Function& function : module) {
      for (llvm::Instruction& instruction : llvm::instructions(function)) instruction.dropDbgRecords();
    }
    return llvm::PreservedAnalyses::all();
  }
};

/// A pass that gives the files of the debug information their text; files of unknown text get an empty one.
class AttachSources : public llvm::PassInfoMixin<AttachSources> {
public:
  explicit AttachSources(const std::vector<LineSource>& sources) : sources_(&sources) {}

  llvm::PreservedAnalyses run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
    llvm::DebugInfoFinder finder;
    finder.processModule(module);
    for (llvm::DICompileUnit* unit : finder.compile_units()) attach(*unit);
    for (llvm::DISubprogram* subprogram : finder.subprograms()) attach(*subprogram);
    for (llvm::DIScope* scope : finder.scopes()) attach(*scope);
    return llvm::PreservedAnalyses::all();
  }

private:
  void attach(llvm::DIScope& scope) const {
    for (unsigned i = 0; i < scope.getNumOperands(); ++i) {
      auto* file = llvm::dyn_cast_or_null<llvm::DIFile>(scope.getOperand(i).get());
      if (file != nullptr && !file->getSource()) scope.replaceOperandWith(i, withSource(*file));
    }
  }

  llvm::DIFile* withSource(const llvm::DIFile& file) const {
    std::string_view text;
    for (const LineSource& source : *sources_) {
      if (file.getFilename() == source.path) text = source.text;
    }
    return llvm::DIFile::get(file.getContext(), file.getFilename(), file.getDirectory(), file.getChecksum(),
                             toRef(text));
  }

  const std::vector<LineSource>* sources_;
};

bool runClang(const CText& text, const char* definition, const std::vector<LineSource>& sources, ObjectBytes& object,
              llvm::raw_ostream& log) {
  clang::CompilerInstance compiler;
  compiler.setVerboseOutputStream(log);
  compiler.createDiagnostics(new clang::TextDiagnosticPrinter(log, &compiler.getDiagnosticOpts()));
  std::vector<const char*> arguments = frontEndArguments(text.name, definition);
  if (!clang::CompilerInvocation::CreateFromArgs(compiler.getInvocation(), arguments, compiler.getDiagnostics())) {
    return false;
  }
  // Again, as only now the options say which warnings are wanted.
  compiler.createDiagnostics(new clang::TextDiagnosticPrinter(log, &compiler.getDiagnosticOpts()));
  compiler.createFileManager(fileSystemOf(text));
  compiler.setOutputStream(std::make_unique<llvm::raw_svector_ostream>(object));
  compiler.getCodeGenOpts().PassBuilderCallbacks.emplace_back([&](llvm::PassBuilder& builder) {
    builder.getPassInstrumentationCallbacks()->registerShouldRunOptionalPassCallback(
        [](llvm::StringRef pass, const llvm::Any&) { return !isIdle(pass); });
    builder.registerPipelineStartEPCallback(
        [](llvm::ModulePassManager& passes, llvm::OptimizationLevel) { passes.addPass(DropVariables()); });
    builder.registerOptimizerLastEPCallback(
        [&](llvm::ModulePassManager& passes, llvm::OptimizationLevel) { passes.addPass(AttachSources(sources)); });
  });
  clang::EmitObjAction action;
  return compiler.ExecuteAction(action);
}

/// Where the thread that fails writes why.
thread_local llvm::raw_ostream* fatal_error_log = nullptr;

void logFatalError(void*, const char* reason, bool) {
  if (fatal_error_log != nullptr) *fatal_error_log << reason << "\n";
}

/// One run of clang.
struct Part {
  bool ok = false;
  ObjectBytes object;
  std::string log;
};

Part runClangSafely(const CText& text, const char* definition, const std::vector<LineSource>& sources) {
  Part part;
  llvm::raw_string_ostream log(part.log);
  fatal_error_log = &log;
  llvm::CrashRecoveryContext context;
  const bool returned = context.RunSafely([&] { part.ok = runClang(text, definition, sources, part.object, log); });
  fatal_error_log = nullptr;
  if (!returned) log << "the compiler itself failed\n";
  part.ok = part.ok && returned;
  return part;
}

/// All parts at the same time, the last one in this thread.
std::vector<Part> runParts(const CText& text, const std::vector<std::string>& parts,
                           const std::vector<LineSource>& sources) {
  llvm::ScopedFatalErrorHandler handler(logFatalError);
  llvm::CrashRecoveryContext::Enable();
  std::vector<std::future<Part>> others;
  for (size_t i = 0; i + 1 < parts.size(); ++i)
    others.push_back(std::async([&, i] { return runClangSafely(text, parts[i].c_str(), sources); }));
  Part last = runClangSafely(text, parts.empty() ? nullptr : parts.back().c_str(), sources);
  std::vector<Part> results;
  for (std::future<Part>& other : others) results.push_back(other.get());
  results.push_back(std::move(last));
  llvm::CrashRecoveryContext::Disable();
  return results;
}

}  // namespace

std::optional<std::string> compileBpf(const CText& given, std::string& log, const std::vector<LineSource>& line_sources,
                                      const std::vector<std::string>& parts, const std::vector<Section>& sections) {
  initializeOnce();
  // A name that begins with `-` is an option to clang.
  const CText text{given.text, given.name.starts_with('-') ? "./" + given.name : given.name};
  std::vector<LineSource> sources = line_sources;
  sources.push_back({text.name, text.text});
  const std::vector<Part> results = runParts(text, parts, sources);
  std::vector<std::string_view> objects;
  for (const Part& part : results) {
    log += part.log;
    if (!part.ok) return std::nullopt;
    objects.emplace_back(part.object.data(), part.object.size());
  }
  return linkBpf(objects, sections, log);
}

}  // namespace sfc
